/* What a script adds to pages that are whole without it: charts that answer when pointed at, and a
   list of councils that shortens while one types. */
(function () {
  "use strict";

  function enliven(figure) {
    var data = figure.querySelector('script[type="application/json"]');
    if (!data || !window.vegaEmbed) { return; }
    var picture = figure.querySelector(".picture");
    var drawn = document.createElement("div");
    window.vegaEmbed(drawn, JSON.parse(data.textContent), { actions: false, renderer: "svg" }).then(
      function () {
        var svg = drawn.querySelector("svg");
        var still = picture.querySelector("svg");
        // one image with one name: else each of its marks would be read out
        Array.prototype.forEach.call(svg.querySelectorAll("*"), function (part) {
          ["role", "aria-roledescription", "aria-label", "aria-hidden"].forEach(function (name) {
            part.removeAttribute(name);
          });
        });
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", still.getAttribute("aria-label"));
        if (!svg.getAttribute("viewBox")) {
          svg.setAttribute("viewBox", "0 0 " + svg.getAttribute("width") + " " + svg.getAttribute("height"));
        }
        picture.replaceChild(drawn, still);
        figure.setAttribute("data-live", "");
      },
      function () { /* the still picture stays */ }
    );
  }

  function search() {
    var list = document.getElementById("councils");
    var box = document.getElementById("find-council");
    if (!list || !box) { return; }
    var found = document.getElementById("found");
    var lines = Array.prototype.slice.call(list.children);
    var plain = function (text) { return text.toLowerCase().replace(/[^a-z0-9]+/g, " ").trim(); };
    box.closest(".find").hidden = false;
    box.addEventListener("input", function () {
      var wanted = plain(box.value);
      var left = 0;
      lines.forEach(function (line) {
        var fits = plain(line.getAttribute("data-find")).indexOf(wanted) >= 0;
        line.hidden = !fits;
        left += fits ? 1 : 0;
      });
      found.textContent = wanted ? left + (left === 1 ? " council" : " councils") : "";
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    search();
    Array.prototype.forEach.call(document.querySelectorAll("figure.chart"), enliven);
  });
})();
