// The editors' expression fields lay style elements; each gets this page's nonce, which the policy lets in.
"use strict";

(() => {
  const nonce = document.currentScript.dataset.styleNonce;
  const create = Document.prototype.createElement;
  Document.prototype.createElement = function (name, options) {
    const made = create.call(this, name, options);
    if (String(name).toLowerCase() === "style") made.setAttribute("nonce", nonce);
    return made;
  };
})();
