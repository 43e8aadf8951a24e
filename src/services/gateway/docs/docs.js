// Shows /openapi.json, and tries it: no library, no inline script, nothing from elsewhere.
'use strict';

const METHODS = ['get', 'post', 'put', 'delete'];
let api;
let token = '';

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== undefined && child !== ''));
  return made;
}

function follow(item) {
  while (item && item.$ref) {
    const rest = {...item};
    delete rest.$ref;
    item = {...item.$ref.slice(2).split('/').reduce((at, part) => at[part], api), ...rest};
  }
  return item;
}

const nameOf = (schema) => (schema.$ref || '').split('/').pop().replace(/^(Optional)?Text$/, 'text');
const plain = (text) => (text || '').replaceAll('**', '').replaceAll('`', '');

// 'Event', 'text, at most 200', '[Slot]', 'Hour | Day'
function typeText(schema) {
  if (schema.anyOf || schema.oneOf) return (schema.anyOf || schema.oneOf).map(typeText).join(' or ');
  const full = follow(schema);
  if (full.type === 'array') return `[${typeText(full.items)}]`;
  if (full.type === 'object') return nameOf(schema) || 'object';
  const words = [full.enum ? full.enum.join(' | ') : full.const !== undefined ? String(full.const) :
    nameOf(schema) || [full.type || 'anything'].flat().join(' or ')];
  if (full.minLength > 1) words.push(`at least ${full.minLength}`);
  if (full.maxLength) words.push(`at most ${full.maxLength} characters`);
  if (full.exclusiveMinimum !== undefined) words.push(`more than ${full.exclusiveMinimum}`);
  if (full.minimum !== undefined) words.push(`from ${full.minimum}`);
  if (full.maximum !== undefined) words.push(`to ${full.maximum}`);
  return words.join(', ');
}

function fieldNotes(field, required) {
  const notes = [];
  if (required) notes.push('required');
  if (field.readOnly) notes.push('read only');
  if (field.writeOnly) notes.push('write only');
  if (field.default !== undefined) notes.push(`default ${JSON.stringify(field.default)}`);
  return notes.join(', ');
}

function fieldTable(schema, depth = 0) {
  const full = follow(schema);
  if (full.type === 'array') return fieldTable(full.items, depth);
  if (!full.properties || !Object.keys(full.properties).length || depth > 4) return '';
  const rows = Object.entries(full.properties).map(([name, field]) => {
    const about = element('td', {}, plain(follow(field).description));
    const inner = (field.anyOf || field.oneOf || [field]).map((item) => fieldTable(item, depth + 1)).filter(Boolean);
    if (inner.length) about.append(element('details', {}, element('summary', {}, 'its fields'), ...inner));
    return element('tr', {}, element('td', {}, element('code', {}, name)), element('td', {}, typeText(field)),
      element('td', {}, fieldNotes(field, (full.required || []).includes(name))), about);
  });
  return element('table', {}, ...rows);
}

function answerView(status, source) {
  const answer = follow(source);
  const inside = element('div', {className: 'inside'});
  for (const [mediaType, content] of Object.entries(answer.content || {})) {
    const example = content.example ?? Object.values(content.examples || {})[0]?.value;
    inside.append(element('p', {className: 'quiet'}, mediaType), fieldTable(content.schema),
      element('pre', {}, typeof example === 'string' ? example : JSON.stringify(example, null, 2)));
  }
  const headers = Object.entries(answer.headers || {}).map(([name, header]) =>
    element('tr', {}, element('td', {}, element('code', {}, name)), element('td', {}, plain(follow(header).description))));
  if (headers.length) inside.append(element('h4', {}, 'Headers'), element('table', {}, ...headers));
  return element('details', {}, element('summary', {}, element('strong', {}, status), ' ',
    element('span', {className: 'about'}, plain(answer.description))), inside);
}

function inputFor(parameter) {
  const schema = follow(parameter.schema);
  if (schema.enum) {
    return element('select', {name: parameter.name},
      ...['', ...schema.enum].map((word) => element('option', {}, String(word))));
  }
  return element('input', {name: parameter.name, required: parameter.required === true,
    placeholder: String(schema.default ?? schema.example ?? '')});
}

function requestOf(method, path, parameters, inputs, body) {
  let target = path;
  const query = new URLSearchParams();
  const headers = token ? {Authorization: `Bearer ${token}`} : {};
  for (const parameter of parameters) {
    const value = inputs.get(parameter).value;
    if (parameter.in === 'path') target = target.replace(`{${parameter.name}}`, encodeURIComponent(value));
    if (parameter.in === 'query' && value) query.set(parameter.name, value);
    if (parameter.in === 'header' && value) headers[parameter.name] = value;
  }
  if (body) headers['Content-Type'] = 'application/json';
  const text = query.toString();
  return [target + (text ? `?${text}` : ''), {method: method.toUpperCase(), headers, body: body || undefined}];
}

async function send(target, options, output) {
  output.textContent = '…';
  const cut = new AbortController();
  const response = await fetch(target, {...options, signal: cut.signal});
  token = response.headers.get('X-Access-Token') || token;
  const head = `${options.method} ${target}\n${response.status} ${response.statusText}\n` +
    [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  let body;
  if ((response.headers.get('Content-Type') || '').startsWith('text/event-stream')) {
    const piece = await response.body.getReader().read();
    body = new TextDecoder().decode(piece.value);
    cut.abort();
  } else {
    body = await response.text();
    try { body = JSON.stringify(JSON.parse(body), null, 2); } catch { /* it is shown as it is */ }
  }
  output.textContent = `${head}\n\n${body}`;
}

function trial(method, path, operation, parameters) {
  const inputs = new Map(parameters.map((parameter) => [parameter, inputFor(parameter)]));
  const rows = parameters.map((parameter) => element('tr', {},
    element('td', {}, element('label', {}, element('code', {}, parameter.name), parameter.required ? ' *' : '')),
    element('td', {}, inputs.get(parameter)), element('td', {}, typeText(parameter.schema)),
    element('td', {}, plain(parameter.description))));
  const content = operation.requestBody?.content['application/json'];
  const body = content && element('textarea', {rows: 10, name: 'body', ariaLabel: 'Body',
    value: JSON.stringify(content.example ?? {}, null, 2)});
  const output = element('pre', {hidden: true, ariaLive: 'polite'});
  const form = element('form', {}, element('table', {}, ...rows), body || '', element('button', {}, 'Send'), output);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    output.hidden = false;
    const [target, options] = requestOf(method, path, parameters, inputs, body?.value);
    send(target, options, output).catch((fault) => { output.textContent = String(fault); });
  });
  return form;
}

function operationView(method, path, item) {
  const operation = item[method];
  const parameters = [...(item.parameters || []), ...(operation.parameters || [])].map(follow);
  const details = element('details', {className: 'operation', id: operation.operationId},
    element('summary', {}, element('span', {className: `method ${method}`}, method.toUpperCase()), element('code', {}, path),
      element('span', {className: 'quiet'}, operation.summary)));
  // Filled when it is opened: there are many.
  details.addEventListener('toggle', () => {
    if (details.childElementCount > 1) return;
    const content = operation.requestBody?.content['application/json'];
    details.append(element('div', {className: 'inside'}, element('p', {className: 'about'}, plain(operation.description)),
      content ? element('h4', {}, 'Body') : '', content ? fieldTable(content.schema) : '',
      element('h4', {}, 'Answers'),
      ...Object.entries(operation.responses).map(([status, answer]) => answerView(status, answer)),
      element('h4', {}, 'Try it'), trial(method, path, operation, parameters)));
  });
  return details;
}

function show() {
  const main = document.getElementById('routes');
  main.textContent = '';
  main.append(element('p', {className: 'about'}, plain(api.info.description)));
  for (const tag of api.tags) {
    document.getElementById('groups').append(element('a', {href: `#${tag.name}`}, tag.name));
    main.append(element('h2', {id: tag.name}, tag.name), element('p', {}, tag.description));
    for (const [path, item] of Object.entries(api.paths)) {
      for (const method of METHODS) if (item[method]?.tags.includes(tag.name)) main.append(operationView(method, path, item));
    }
  }
  const named = document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
  named?.scrollIntoView();
}

async function logIn(form) {
  const who = document.getElementById('who');
  const response = await fetch('/api/auth/login', {method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(Object.fromEntries(new FormData(form)))});
  const body = await response.json();
  token = body.accessToken || '';
  who.textContent = token ? `Logged in as ${form.elements.email.value}` : body.error.message;
}

document.getElementById('login').addEventListener('submit', (event) => {
  event.preventDefault();
  logIn(event.target).catch((fault) => { document.getElementById('who').textContent = String(fault); });
});
fetch('/openapi.json').then((response) => response.json()).then((document) => { api = document; show(); });
