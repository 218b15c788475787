// Lays the three charts out for the width there is, and lets the table follow what is brushed in them.
(() => {
  const told = JSON.parse(document.getElementById("told").textContent);
  const holder = document.getElementById("chart");
  const rows = [...document.querySelectorAll("#newest tbody tr")];
  const chosen = {area: null, period: null};
  let drawn = 0;
  let view = null;

  const sized = (part, width, height) => ({...part, width: Math.floor(width), height: Math.floor(height)});

  function scaled(map, width) {
    // a degree of longitude is narrower than one of latitude: the frame keeps the proportion of its middle
    const f = told.frame;
    const middle = Math.cos((f.south + f.north) / 2 * Math.PI / 180);
    const height = Math.min(460, Math.max(220, width * (f.north - f.south) / ((f.east - f.west) * middle)));
    const layer = map.layer.map(each => ({...each, mark: {...each.mark, clip: true}, encoding: {...each.encoding,
      x: {...each.encoding.x, axis: null, scale: {domain: [f.west, f.east], nice: false, zero: false}},
      y: {...each.encoding.y, axis: null, scale: {domain: [f.south, f.north], nice: false, zero: false}}}}));
    return sized({...map, layer}, width, height);
  }

  function spec(width) {
    const c = told.charts;
    const color = {...c.timeline.encoding.color, scale: {domain: told.kinds.map(k => k[0]), range: told.kinds.map(k => k[1])}};
    const x = {...c.timeline.encoding.x, scale: {type: "utc", domain: told.period}};
    const timeline = {...c.timeline, mark: {...c.timeline.mark, clip: true}, encoding: {...c.timeline.encoding, x, color}};
    const dyads = {...c.dyads, encoding: {...c.dyads.encoding, color}};
    const wide = width >= 760;
    const bars = 158, axis = 32, gap = 28;
    const mapWidth = wide ? (width - bars - gap - 8) * 0.68 : width - 4;
    const map = scaled(c.map, mapWidth);
    const parts = wide
      ? [{hconcat: [map, sized(dyads, width - mapWidth - bars - gap - 8, map.height)], spacing: gap}, sized(timeline, width - axis - 6, 150)]
      : [map, sized(timeline, width - axis - 6, 130), sized(dyads, width - bars - 8, 300)];
    return {$schema: "https://vega.github.io/schema/vega-lite/v6.json", background: null, padding: 2, config: c.config,
      datasets: told.data, vconcat: parts, spacing: 26};
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
