// Lays the three charts out for the width there is, and lets the table follow what is brushed in them.
(() => {
  const told = JSON.parse(document.getElementById("told").textContent);
  const holder = document.getElementById("chart");
  const rows = [...document.querySelectorAll("#newest tbody tr")];
  const chosen = {area: null, period: null};
  let drawn = 0;
  let view = null;

  const sized = (part, width, height) => ({...part, width: Math.floor(width), height: Math.floor(height)});

  function framed(width) {
    // a degree of longitude is narrower than one of latitude: the frame keeps the proportion of its middle
    const f = {...told.frame};
    const middle = Math.cos((f.south + f.north) / 2 * Math.PI / 180);
    const perDegree = width / ((f.east - f.west) * middle);
    const height = Math.min(480, Math.max(width < 500 ? 170 : 340, perDegree * (f.north - f.south)));
    const lack = height / perDegree - (f.north - f.south);
    if (lack > 0) { f.south -= lack / 2; f.north += lack / 2; }
    return {...f, width, height};
  }

  function readable(names, f) {
    // the larger country keeps its name where two would lie over each other
    const taken = [];
    return names.filter(each => {
      const x = (each.lon - f.west) / (f.east - f.west) * f.width, y = (f.north - each.lat) / (f.north - f.south) * f.height;
      const half = each.name.length * 2.9 + 4;
      const free = x > half && x < f.width - half && y > 8 && y < f.height - 8 &&
        taken.every(t => Math.abs(t.x - x) > t.half + half || Math.abs(t.y - y) > 13);
      if (free) taken.push({x, y, half});
      return free;
    });
  }

  function scaled(map, f) {
    const layer = map.layer.map(each => ({...each, mark: {...each.mark, clip: true}, encoding: {...each.encoding,
      x: {...each.encoding.x, axis: null, scale: {domain: [f.west, f.east], nice: false, zero: false}},
      y: {...each.encoding.y, axis: null, scale: {domain: [f.south, f.north], nice: false, zero: false}}}}));
    return sized({...map, layer}, f.width, f.height);
  }

  function spec(width) {
    const c = told.charts;
    const kinds = {domain: told.kinds.map(k => k[0]), range: told.kinds.map(k => k[1])};
    const day = ms => { const d = new Date(ms); return {year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, date: d.getUTCDate(), utc: true}; };
    const inner = width - 12, gap = 28;
    // a bar is as wide as its day or month, and never too thin to be seen
    const bar = Math.max(2, inner * told.bin / (told.period[1] - told.period[0]) - 0.5);
    const timeline = {...c.timeline, mark: {...c.timeline.mark, clip: true, size: bar, xOffset: bar / 2}, encoding: {...c.timeline.encoding,
      x: {...c.timeline.encoding.x, scale: {type: "utc", domain: told.period.map(day)}},
      color: {...c.timeline.encoding.color, scale: kinds}}};
    const [bars, ...labels] = c.dyads.layer;
    const dyads = {...c.dyads, layer: [{...bars, encoding: {...bars.encoding, color: {...bars.encoding.color, scale: kinds}}}, ...labels]};
    const wide = width >= 760;
    const f = framed(wide ? (inner - gap) * 0.7 : inner);
    const map = scaled(c.map, f);
    // circles shrink with the map, or they cover it on a phone
    map.layer.forEach(each => { if (each.encoding.size) each.encoding.size = {...each.encoding.size, scale: {...each.encoding.size.scale, range: [0, Math.max(160, f.width)]}}; });
    const parts = wide
      ? [{hconcat: [map, sized(dyads, (inner - gap) * 0.3, f.height)], spacing: gap}, sized(timeline, inner, 150)]
      : [map, sized(timeline, inner, 130), sized(dyads, inner, 400)];
    return {$schema: "https://vega.github.io/schema/vega-lite/v6.json", background: null, padding: 3, config: c.config,
      datasets: {...told.data, names: readable(told.data.names, f)}, vconcat: parts, spacing: 24};
  }

  function follow() {
    const within = (value, range) => !range || (value !== "" && +value >= Math.min(...range) && +value <= Math.max(...range));
    let shown = 0;
    for (const row of rows) {
      const d = row.dataset;
      const fits = within(d.bin, chosen.period && chosen.period.bin) && within(d.lon, chosen.area && chosen.area.lon) &&
        within(d.lat, chosen.area && chosen.area.lat);
      row.hidden = !fits || shown >= told.shown;
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("chosen").textContent = chosen.area || chosen.period
      ? `${shown} of the newest ${rows.length} lie in what you chose above.` : "";
  }

  async function draw() {
    const width = Math.floor(holder.clientWidth);
    if (!width || width === drawn) return;
    drawn = width;
    chosen.area = chosen.period = null;
    follow();
    if (view) view.finalize();
    const made = await vegaEmbed(holder, spec(width), {actions: false, renderer: "svg", ast: false});
    view = made.view;
    for (const name of Object.keys(chosen)) {
      view.addSignalListener(name, (_, value) => {
        chosen[name] = value && Object.keys(value).length ? value : null;
        follow();
      });
    }
    window.datelineView = view;   // for tests, and for whoever opens the console
    holder.dataset.ready = "1";
  }

  let waiting = 0;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(draw, 150); });
  draw();
})();
