// The three editors behind one shape: {content(), mark(findings), show(element), warnings}.
"use strict";

window.alurEditors = {
  async diagram(canvas, text, { panel, templates, changed }) {
    const modeler = new BpmnModeler({ container: canvas, propertiesPanel: { parent: panel } });
    const own = await (await fetch(templates)).json();
    modeler.get("elementTemplatesLoader").setTemplates(own);
    const { warnings } = await modeler.importXML(text);
    modeler.get("canvas").zoom("fit-viewport");
    modeler.on("commandStack.changed", changed);
    const overlays = modeler.get("overlays");
    const registry = modeler.get("elementRegistry");
    return {
      warnings: warnings.map((each) => each.message),
      content: async () => (await modeler.saveXML({ format: true })).xml,
      mark(findings) {
        overlays.remove({ type: "alur-temuan" });
        const taken = new Map();
        for (const each of findings) {
          if (!registry.get(each.element)) continue;
          const place = taken.get(each.element) || 0;
          taken.set(each.element, place + 1);
          const badge = document.createElement("span");
          badge.className = `overlay-badge ${each.tone}`;
          badge.textContent = each.badge;
          badge.title = `${each.severity}: ${each.message}`;
          overlays.add(each.element, "alur-temuan", { position: { top: -12, left: -8 + 30 * place }, html: badge });
        }
      },
      show(element) {
        const shape = registry.get(element);
        if (!shape) return;
        modeler.get("canvas").scrollToElement(shape);
        modeler.get("selection").select(shape);
      },
      // Gives the chosen element the fields of our template for its kind; what it says already stays.
      giveTemplate() {
        const [shape] = modeler.get("selection").get();
        const kept = modeler.get("elementTemplates");
        const template = shape && own.find((each) => each.appliesTo.includes(shape.type) && fits(each, shape));
        if (!template) return false;
        const loaded = kept.getLatest(template.id)[0];
        if (kept.get(shape) !== loaded) kept.applyTemplate(shape, loaded);
        return true;
      },
    };

    function fits(template, shape) {
      const wanted = template.elementType && template.elementType.eventDefinition;
      const events = (shape.businessObject.eventDefinitions || []).map((each) => each.$type);
      return wanted ? events.includes(wanted) : true;
    }
  },

  async decision(canvas, text, { changed, views }) {
    const editor = new DmnJS({ container: canvas });
    const { warnings } = await editor.importXML(text);
    const first = editor.getViews().find((view) => view.type === "decisionTable") || editor.getViews()[0];
    const watched = new WeakSet();
    editor.on("views.changed", draw);
    if (first) await editor.open(first);
    draw();
    return {
      warnings: warnings.map((each) => each.message),
      content: async () => (await editor.saveXML({ format: true })).xml,
      mark() {},
      show(element) {
        const view = editor.getViews().find((each) => each.element.id === element);
        if (view) editor.open(view);
      },
    };

    function draw() {
      const viewer = editor.getActiveViewer();
      if (viewer && !watched.has(viewer)) {
        watched.add(viewer);
        viewer.on("commandStack.changed", changed);
      }
      views.replaceChildren(...editor.getViews().map((view) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = view.type === "drd" ? "DRD" : view.element.name || view.element.id;
        button.setAttribute("aria-pressed", String(view === editor.getActiveView()));
        button.addEventListener("click", () => editor.open(view));
        return button;
      }));
    }
  },

  async form(canvas, text, { changed }) {
    const editor = await FormEditor.createFormEditor({ container: canvas, schema: JSON.parse(text) });
    editor.on("changed", changed);
    return {
      warnings: [],
      content: async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`,
      mark() {},
      show() {},
    };
  },
};
