// Puts the moving figure in the place of the still one, shortly before the reader gets there. If
// anything fails, the still picture stays.
const AHEAD = "600px";

async function mount(frame) {
  const { figure: name, settings } = frame.dataset;
  if (!/^[a-z]+(-[a-z]+)*$/.test(name)) return;
  const [{ default: figure }, { Stage }] = await Promise.all([
    import(`./${name}.js`),
    import("./stage.js"),
  ]);
  const stage = new Stage(frame);
  figure(stage, JSON.parse(settings || "{}"));
  stage.show();
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      mount(target).catch((error) => console.error(`figure ${target.dataset.figure}:`, error));
    }
  },
  { rootMargin: AHEAD },
);
document.querySelectorAll(".nn-moving").forEach((frame) => observer.observe(frame));
