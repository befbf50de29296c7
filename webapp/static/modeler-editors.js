// The three editors behind one shape: {content(), mark(findings), show(element), warnings}.
"use strict";

window.alurEditors = {
  async diagram(canvas, text, { panel, templates, changed }) {
    const modeler = new BpmnModeler({ container: canvas, propertiesPanel: { parent: panel } });
    const own = await (await fetch(templates)).json();
    modeler.on("elementTemplates.errors", ({ errors }) => console.error(errors.map(String).join("; ")));
    modeler.get("elementTemplatesLoader").setTemplates(own);
    keepWhatIsThere();
    const { warnings } = await modeler.importXML(text);
    fit();
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
        const template = shape && own.find((each) => each.appliesTo.includes(shape.type));
        if (!template) return false;
        const loaded = kept.getLatest(template.id)[0];
        if (kept.get(shape) !== loaded) kept.applyTemplate(shape, loaded);
        return true;
      },
    };

    // Applying a template takes away what it does not name: mappings, forms, called SOPs. On an element that says
    // something already it is only linked, which shows its fields in the panel and changes nothing else.
    function keepWhatIsThere() {
      const kept = modeler.get("elementTemplates");
      const apply = kept.applyTemplate.bind(kept);
      kept.applyTemplate = (shape, template) => {
        const said = shape.businessObject.get("extensionElements");
        if (!said || !said.get("values").length || !own.some((each) => each.id === template.id)) {
          return apply(shape, template);
        }
        const link = { "zeebe:modelerTemplate": template.id, "zeebe:modelerTemplateVersion": template.version };
        modeler.get("modeling").updateProperties(shape, link);
        return shape;
      };
    }

    // The whole drawing, beside the palette.
    function fit() {
      const canvas = modeler.get("canvas");
      canvas.zoom("fit-viewport");
      const { scale, x, y, width, height } = canvas.viewbox();
      const aside = 130 / scale;
      canvas.viewbox({ x: x - aside, y, width: width + aside, height });
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
