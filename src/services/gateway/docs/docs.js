fetch('/openapi.json').then(r => r.json()).then(api => {
  const main = document.getElementById('routes');
  main.textContent = '';
  const element = (name, text, className) => {
    const made = document.createElement(name);
    made.textContent = text || '';
    if (className) made.className = className;
    return made;
  };
  for (const [path, item] of Object.entries(api.paths || {})) {
    for (const method of ['get', 'post', 'put', 'delete']) {
      const operation = item[method];
      if (!operation) continue;
      const details = element('details');
      const summary = element('summary');
      summary.append(element('span', method.toUpperCase(), 'method'), element('code', path), ' ',
                     element('span', operation.summary));
      details.append(summary, element('p', operation.description),
                     element('pre', JSON.stringify(operation, null, 2)));
      main.append(details);
    }
  }
});
