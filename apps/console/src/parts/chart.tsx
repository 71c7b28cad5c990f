import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';

export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  /** Says the same as the picture, for people who do not see it. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

const HEIGHT = 200;
const COLOURS = ['--accent', '--danger', '--good'];
const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name);

/** A custom property with `light-dark()` is computed only where a colour is used. */
function inked(element: HTMLElement, name: string): string {
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color || colour(name);
}

export function Chart({ label, times, series }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const labels = series.map((each) => each.label).join('\n');
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const axis = { stroke: inked(element, '--soft'), grid: { stroke: inked(element, '--line'), width: 1 } };
    plot.current = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
        axes: [axis, { ...axis, size: 56 }],
        series: [
          {},
          ...labels.split('\n').map((name, index) => ({
            label: name,
            stroke: inked(element, COLOURS[index] ?? '--ink'),
            width: 2,
            points: { show: false },
          })),
        ],
      },
      [[]],
      element,
    );
    const sized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    sized.observe(element);
    return () => {
      sized.disconnect();
      plot.current?.destroy();
    };
  }, [labels]);
  useEffect(() => {
    plot.current?.setData([Array.from(times), ...series.map(({ values }) => Array.from(values))]);
  }, [times, series]);
  const latest = series.map((each) => `${each.label}: ${each.values.at(-1) ?? 0}`).join(', ');
  return <div ref={place} class="chart" role="img" aria-label={`${label}. ${latest}`} />;
}
