// Line icons on a grid of 24, drawn for this app.
const paths = {
  home: 'M4 11.5 12 4l8 7.5M6 10v10h12V10M10 20v-6h4v6',
  calendar: 'M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8',
  list: 'M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01',
  board: 'M3.5 5h17M3.5 10h8v4h-8zM9 17h11v3.5H9zM14 10h6.5v4H14z',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2.2.8 3.5 2.700 3.500 5.500',
  company: 'M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3',
  invoice: 'M6 3h9l4 4v14H6zM9 9h3M9 13h7M9 17h7',
  chart: 'M4 20V4M4 20h16M8 17v-5M12.500 17V8M17 17v-8',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.500 21c0-4.500 3.300-7 7.500-7s7.500 2.500 7.500 7',
  plus: 'M12 5v14M5 12h14',
  check: 'M4.500 12.500 10 18 20 6.500',
  close: 'M6 6l12 12M18 6 6 18',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13M15.500 15.500 20.500 20.500',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10',
  logout: 'M14 4H5v16h9M10 12h11M17.500 8.500 21 12l-3.500 3.500',
  edit: 'M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19zM13.500 7l3.500 3.500',
  trash: 'M4.500 7h15M9.500 7V4h5v3M6.500 7l1 13h9l1-13M10 11v5.500M14 11v5.500',
  copy: 'M8.500 8.500H20V20H8.500zM15.500 8.500V4H4v11.500h4.500',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5.500l3.500 2',
  pin: 'M12 21c4-4.500 6.500-7.600 6.500-11a6.500 6.500 0 0 0-13 0c0 3.400 2.500 6.500 6.500 11M12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5',
  phone: 'M6 3.500h3.500L11 8.500l-2.300 1.700a12 12 0 0 0 5.100 5.100L15.500 13l5 1.500V18c0 1.500-1 2.500-2.500 2.500C10.500 20 4 13.500 3.500 6 3.500 4.500 4.500 3.500 6 3.500',
  warning: 'M12 4 2.500 20h19zM12 10v5M12 17.500h.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v5.500M12 7.500h.01',
  download: 'M12 4v11M7 10.500l5 5 5-5M4.500 20h15',
  gear: 'M4 7h9M19 7h1M16 4.500v5M4 17h1M11 17h9M8 14.500v5',
  tag: 'M3.500 12.500v-9h9l8 8-9 9zM8 8h.01',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
} as const;
export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.8}
      strokeLinecap="round" strokeLinejoin="round" aria-hidden focusable={false} style={{ flexShrink: 0 }}
    >
      <path d={paths[name]} />
    </svg>
  );
}
