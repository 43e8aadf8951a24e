import { useElementSize } from '@mantine/hooks';
import { useId } from 'react';

export interface Bar {
  label: string;
  value: number;
  second?: number; // drawn behind, as the whole of which `value` is a part
  text: string;
}

const least_label = 38; // pixels that a label needs

// Bars, drawn as they are; the numbers are in the titles, and beside it in a table where it matters.
export function BarPlot({ label, bars, height = 150 }: { label: string; bars: Bar[]; height?: number }) {
  const id = useId();
  const { ref, width: seen } = useElementSize<HTMLDivElement>();
  const width = seen || 640;
  const below = 22;
  const most = Math.max(1e-9, ...bars.map((bar) => Math.max(bar.value, bar.second ?? 0)));
  const step = width / Math.max(1, bars.length);
  const every = Math.ceil((bars.length * least_label) / width);
  const tall = (value: number) => (value / most) * (height - below - 8);
  const column = (index: number, value: number, color: string) => {
    const h = value > 0 ? Math.max(2, tall(value)) : 0;
    return <rect x={index * step + step * 0.16} y={height - below - h} width={step * 0.68} height={h} rx={Math.min(4, step * 0.1)} fill={color} />;
  };
  return (
    <div ref={ref} style={{ minWidth: 0 }}>
      <svg className="sf-plot" viewBox={`0 0 ${width} ${height}`} width="100%" height={height} role="img" aria-labelledby={id} style={{ display: 'block' }}>
        <title id={id}>{`${label}: ${bars.map((bar) => bar.text).join(', ')}`}</title>
        <line x1={0} x2={width} y1={height - below + 0.5} y2={height - below + 0.5} stroke="var(--sf-line)" />
        {bars.map((bar, index) => (
          <g key={bar.label}>
            <title>{bar.text}</title>
            <rect x={index * step} y={0} width={step} height={height} fill="transparent" />
            {bar.second !== undefined && column(index, bar.second, 'var(--sf-bar-soft)')}
            {column(index, bar.value, 'var(--sf-bar)')}
            {index % every === 0 && <text x={index * step + step / 2} y={height - 6} textAnchor="middle">{bar.label}</text>}
          </g>
        ))}
      </svg>
    </div>
  );
}

export function LinePlot({ label, points, height = 150 }: { label: string; points: Bar[]; height?: number }) {
  const id = useId();
  const { ref, width: seen } = useElementSize<HTMLDivElement>();
  const width = seen || 640;
  const below = 22;
  const most = Math.max(1e-9, ...points.map((point) => point.value));
  const step = width / Math.max(1, points.length);
  const every = Math.ceil((points.length * least_label) / width);
  const at = (point: Bar, index: number): [number, number] => [index * step + step / 2, height - below - 4 - (point.value / most) * (height - below - 14)];
  const line = points.map((point, index) => at(point, index).map((each) => each.toFixed(1)).join(',')).join(' ');
  return (
    <div ref={ref} style={{ minWidth: 0 }}>
      <svg className="sf-plot" viewBox={`0 0 ${width} ${height}`} width="100%" height={height} role="img" aria-labelledby={id} style={{ display: 'block' }}>
        <title id={id}>{`${label}: ${points.map((point) => point.text).join(', ')}`}</title>
        <line x1={0} x2={width} y1={height - below + 0.5} y2={height - below + 0.5} stroke="var(--sf-line)" />
        <polyline points={line} fill="none" stroke="var(--sf-bar)" strokeWidth={2.5} strokeLinejoin="round" />
        {points.map((point, index) => {
          const [x, y] = at(point, index);
          return (
            <g key={point.label}>
              <title>{point.text}</title>
              <rect x={index * step} y={0} width={step} height={height} fill="transparent" />
              <circle cx={x} cy={y} r={3.5} fill="var(--sf-bar)" />
              {index % every === 0 && <text x={x} y={height - 6} textAnchor="middle">{point.label}</text>}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
