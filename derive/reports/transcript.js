(function () {
  'use strict';
  var root = document.documentElement, panel = document.getElementById('panel'), body = document.getElementById('panel-body'), opener = null, current = null;
  function all(s, e) { return Array.prototype.slice.call((e || document).querySelectorAll(s)); }
  function kept() { try { return localStorage.getItem('derive-theme'); } catch (e) { return null; } }
  function theme(t) { if (t) { root.dataset.theme = t; } else { delete root.dataset.theme; } try { if (t) { localStorage.setItem('derive-theme', t); } else { localStorage.removeItem('derive-theme'); } } catch (e) {}
    document.getElementById('theme').textContent = 'Colours: ' + (t || 'system'); }
  theme(kept());
  document.getElementById('theme').addEventListener('click', function () { var t = root.dataset.theme; theme(!t ? 'dark' : t === 'dark' ? 'light' : null); });

  function buttons() { return all('button[data-claim]').filter(function (b) { return !b.classList.contains('off') && b.offsetParent !== null; }); }
  function show(id, from) {
    var card = document.getElementById('e-' + id); if (!card) { return; }
    all('button.open').forEach(function (b) { b.classList.remove('open'); });
    all('button[data-claim]').forEach(function (b) { if (b.dataset.claim === id) { b.classList.add('open'); } });
    var copy = card.cloneNode(true); copy.removeAttribute('id'); copy.hidden = false;
    body.replaceChildren(copy); panel.hidden = false; panel.classList.remove('idle'); opener = from; current = id; panel.scrollTop = 0;
    var head = copy.querySelector('h4'); if (head) { head.focus({ preventScroll: true }); }
  }
  function close() {
    if (current === null) { return; }
    all('button.open').forEach(function (b) { b.classList.remove('open'); }); body.replaceChildren(); panel.classList.add('idle'); current = null;
    if (opener) { opener.focus(); opener = null; }
  }
  function step(by) {
    var list = buttons(); if (!list.length) { return; }
    var at = list.findIndex(function (b) { return b.dataset.claim === current; });
    var to = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
    list[to].scrollIntoView({ block: 'center' }); show(list[to].dataset.claim, list[to]);
  }
  document.addEventListener('click', function (e) {
    var b = e.target.closest('button[data-claim]'); if (b) { show(b.dataset.claim, b); return; }
    var a = e.target.closest('a[data-line]'); if (a) { e.preventDefault(); goto(a.dataset.in, +a.dataset.line); }
  });
  function goto(prefix, line) {
    var best = null, n = -1;
    all('.b[id^="' + prefix + 'L"]').forEach(function (x) { var k = +x.id.slice(prefix.length + 1); if (k <= line && k > n) { n = k; best = x; } });
    if (!best) { return; }
    all('.here').forEach(function (x) { x.classList.remove('here'); });
    for (var d = best.closest('details'); d; d = d.parentElement.closest('details')) { d.open = true; }
    best.classList.add('here'); best.scrollIntoView({ block: 'center' });
  }
  document.getElementById('panel-close').addEventListener('click', close);
  document.getElementById('panel-next').addEventListener('click', function () { step(1); });
  document.getElementById('panel-back').addEventListener('click', function () { step(-1); });
  document.addEventListener('keydown', function (e) {
    if (e.key === 'Escape') { close(); }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) || e.ctrlKey || e.metaKey || e.altKey) { return; }
    if (e.key === 'j') { step(1); } if (e.key === 'k') { step(-1); }
  });

  var form = document.getElementById('filters'), places = {};
  all('[data-claim], [data-of]').forEach(function (b) { var id = b.dataset.claim || b.dataset.of; (places[id] = places[id] || []).push(b); });
  function filter() {
    var on = { verdict: {}, role: {} }; all('input[type=checkbox]', form).forEach(function (i) { on[i.name][i.value] = i.checked; });
    var part = form.elements.part.value, modality = form.elements.modality.value, shown = 0, cards = all('ol.all > li > article');
    cards.forEach(function (c) {
      var ok = on.verdict[c.dataset.verdict] !== false && on.role[c.dataset.role] !== false && (!part || c.dataset.part === part) && (!modality || c.dataset.modality === modality);
      c.parentElement.hidden = !ok; shown += ok;
      (places[c.id.slice(2)] || []).forEach(function (b) { b.classList.toggle('off', !ok); });
    });
    all('.group').forEach(function (g) { var c = g.nextElementSibling; g.classList.toggle('off', !!c && !c.querySelector('button:not(.off)')); });
    document.body.classList.toggle('filtered', shown < cards.length);
    all('.part').forEach(function (p) { p.hidden = !!part && p.dataset.problem !== part; });
    document.getElementById('count').textContent = shown + ' of ' + cards.length + ' claims';
  }
  form.addEventListener('change', filter); form.addEventListener('reset', function () { setTimeout(filter, 0); }); form.addEventListener('submit', function (e) { e.preventDefault(); });
  filter();
})();
