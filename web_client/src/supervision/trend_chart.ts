/** The lazy part: Chart.js, only the pieces that the charts need. The table below each says the same. */
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);
Chart.defaults.font.family = '"Be Vietnam Pro", "Segoe UI", Roboto, Arial, sans-serif';
Chart.defaults.font.size = 15;
Chart.defaults.color = "#29241f";
Chart.defaults.animation = false;

export interface Series {
  name: string;
  values: (number | null)[];
}

const COLOURS = ["#a61b1b", "#1d6b3a", "#8a5200", "#29241f"];
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];

export function bars(canvas: HTMLCanvasElement, labels: string[], series: Series): Chart {
  return new Chart(canvas, {
    type: "bar",
    data: { labels, datasets: [{ label: series.name, data: series.values, backgroundColor: COLOURS[0] ?? "" }] },
    options: { responsive: true, maintainAspectRatio: false, plugins: { legend: { display: false } }, scales: { y: { beginAtZero: true, ticks: { precision: 0 } } } },
  });
}

export function lines(canvas: HTMLCanvasElement, labels: string[], series: Series[]): Chart {
  return new Chart(canvas, {
    type: "line",
    data: { labels, datasets: series.map((one, n) => ({ label: one.name, data: one.values, borderColor: COLOURS[n] ?? "", backgroundColor: COLOURS[n] ?? "", borderDash: DASHES[n] ?? [], spanGaps: true })) },
    options: { responsive: true, maintainAspectRatio: false, scales: { y: { min: 0, max: 100 } } },
  });
}
