window.result = {error: window.htmx ? null : "no htmx"};
