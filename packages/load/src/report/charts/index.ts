/** Charts as SVG: plain data in, markup out. Shapes and dashes say what the colours say. @module */
export { type AblationBar, ablationChart } from './ablation-chart.ts';
export { type CapacitySeries, capacityChart } from './capacity-chart.ts';
export { cellBar } from './cell-bar.ts';
export { type DistributionSeries, distributionChart } from './distribution-chart.ts';
export { gradeBar } from './grade-bar.ts';
export { type OverviewRow, overviewChart } from './overview-chart.ts';
export { type SecondPoint, secondsChart } from './seconds-chart.ts';
export { type SeriesKind, seriesKind, seriesLegend } from './series.ts';
