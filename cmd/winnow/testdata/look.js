// Looks at a page as a reader does, and says what is wrong with it. It changes
// nothing but to unfold what is folded. It is run with the width of the window.
async (width) => {
  const wrong = [];
  const seen = new Set();
  const say = (what, node) => {
    const line = what + ": " + name(node);
    if (!seen.has(line)) wrong.push(line);
    seen.add(line);
  };
  const name = (node) => {
    const e = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    return `<${e.tagName.toLowerCase()} class="${e.getAttribute("class") || ""}"> ${(node.textContent || "").trim().slice(0, 50)}`;
  };
  document.querySelectorAll("details").forEach((d) => { d.open = true; });
  const settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await settled();

  // Colours, with 0 to 1 for each part.
  const colour = (text) => {
    const n = (text.match(/[\d.]+/g) || []).map(Number);
    return text.startsWith("rgb") ? { r: n[0], g: n[1], b: n[2], a: n.length > 3 ? n[3] : 1 } : null;
  };
  const over = (top, below) => {
    const mix = (x, y) => x * top.a + y * (1 - top.a);
    return { r: mix(top.r, below.r), g: mix(top.g, below.g), b: mix(top.b, below.b), a: 1 };
  };
  const luminance = (c) => {
    const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : Math.pow((v / 255 + 0.055) / 1.055, 2.4));
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
  };
  const ratio = (a, b) => {
    const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
    return Math.max(x, y) / Math.min(x, y);
  };
  const background = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const c = colour(getComputedStyle(at).backgroundColor);
      if (c && c.a > 0) layers.push(c);
      if (c && c.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };

  // Texts, each with the boxes of its lines.
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, e = node.parentElement;
    if (!node.data.trim() || e.closest("script, style, title, desc")) continue;
    if (!e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((b) => b.width > 0 && b.height > 0);
    if (boxes.length) texts.push({ node, e, boxes, style: getComputedStyle(e), svg: e.closest("svg") });
  }

  for (const t of texts) {
    const scale = t.svg ? Math.hypot(t.e.getScreenCTM().a, t.e.getScreenCTM().b) : 1;
    const size = parseFloat(t.style.fontSize) * scale;
    if (size < (matchMedia("print").matches ? 9 : 11)) say(`text of ${size.toFixed(1)} pixels`, t.node);

    // A text that is outlined stands on its outline.
    const outlined = t.svg && t.style.paintOrder.startsWith("stroke") && colour(t.style.stroke);
    const ground = outlined || background(t.e);
    const ink = colour(t.svg ? t.style.fill : t.style.color);
    let fade = 1;
    for (let at = t.e; at; at = at.parentElement) fade *= parseFloat(getComputedStyle(at).opacity);
    const large = size >= 24 || (size >= 18.66 && parseInt(t.style.fontWeight, 10) >= 700);
    const got = ink ? ratio(over({ ...ink, a: ink.a * fade }, ground), ground) : 0;
    if (got < (large ? 3 : 4.5)) say(`contrast of ${got.toFixed(2)}`, t.node);

    // Each text stays within the boxes around it, up to one that scrolls.
    if (t.svg) continue;
    const left = Math.min(...t.boxes.map((b) => b.left)), right = Math.max(...t.boxes.map((b) => b.right));
    for (let at = t.e; at; at = at.parentElement) {
      const box = at.getBoundingClientRect(), style = getComputedStyle(at);
      if (style.overflowX === "auto" || style.overflowX === "scroll") break;
      if (style.display !== "inline" && (left < box.left - 1 || right > box.right + 1)) {
        say(`text runs out of <${at.tagName.toLowerCase()}>`, t.node);
        break;
      }
    }
  }
  if (document.documentElement.scrollWidth > width) say(`the page is ${document.documentElement.scrollWidth} wide`, document.documentElement);

  // Texts of pictures: within them, and none over another.
  let drawn = 0;
  for (const svg of document.querySelectorAll("svg")) {
    if (svg.parentElement.closest("svg")) continue;
    const labels = texts.filter((t) => svg.contains(t.e)).flatMap((t) => t.boxes.map((box) => ({ t, box })));
    drawn += labels.length;
    // Beside a plot without a viewBox stand the texts of its axis.
    const frame = (svg.hasAttribute("viewBox") ? svg : svg.closest("figure") || svg).getBoundingClientRect();
    labels.forEach(({ t, box }, i) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) say("text runs out of its picture", t.node);
      for (const other of labels.slice(i + 1)) {
        const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        // The box of a line has room above and below its letters.
        if (wide > 1 && high > 0.25 * Math.min(box.height, other.box.height)) say(`text over "${other.t.node.data.trim()}"`, t.node);
      }
    });
    const label = svg.getAttribute("aria-label") || (svg.querySelector(":scope > title") || {}).textContent;
    if (svg.getAttribute("aria-hidden") !== "true" && !(svg.getAttribute("role") === "img" && label)) say("a picture without a name", svg);
  }

  // What screen readers need: a language, headings in order, heads of tables, names.
  if (!document.documentElement.lang) say("no language", document.documentElement);
  let level = 0;
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  for (const h of headings) {
    const now = Number(h.tagName[1]);
    if (now > level + 1 || (now === 1 && level > 0)) say(`a heading of level ${now} after one of level ${level}`, h);
    if (!h.textContent.trim()) say("an empty heading", h);
    level = now;
  }
  for (const th of document.querySelectorAll("th")) {
    if (!th.scope) say("a head of a table without scope", th);
    if (!th.textContent.trim()) say("an empty head of a table", th.closest("table"));
  }
  for (const table of document.querySelectorAll("table")) if (!table.querySelector("th")) say("a table without heads", table);
  let scrolling = 0;
  const fade = (e) => Number(getComputedStyle(e, "::after").opacity);
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg") || e.scrollWidth <= e.clientWidth + 1 || !/auto|scroll/.test(getComputedStyle(e).overflowX)) continue;
    scrolling++;
    if (e.tabIndex !== 0 || e.getAttribute("role") !== "region" || !e.getAttribute("aria-label")) say("a part that scrolls, without focus or name", e);
    // It shows that there is more, until the end.
    if (!(fade(e) > 0)) say("nothing shows that it scrolls", e);
    e.scrollLeft = e.scrollWidth;
    await settled();
    if (fade(e) !== 0) say("it looks as if it scrolled on at its end", e);
    e.scrollLeft = 0;
  }
  // A finger needs 24 pixels (WCAG 2.2, 2.5.8).
  for (const e of document.querySelectorAll("nav a, summary")) {
    if (!matchMedia("print").matches && e.checkVisibility() && e.getBoundingClientRect().height < 24) say("too low for a finger", e);
  }
  // Where ink must be: the first line of each text, but for what is scrolled away
  // or fades. In pixels of the page, as left, top, right, bottom.
  const ink = texts.map((t) => {
    const box = t.boxes[0], around = t.e.closest(".scroll");
    const edge = around && around.scrollWidth > around.clientWidth ? around.getBoundingClientRect().right - 48 : width;
    return box.right > edge ? null : [box.left, box.top + scrollY, box.right, box.bottom + scrollY].map(Math.round);
  }).filter(Boolean);
  return {
    wrong, ink, texts: texts.length, drawn, headings: headings.length, scrolling,
    dark: luminance(background(document.body)) < 0.2,
  };
}
