import { createTheme, type MantineColorsTuple } from '@mantine/core';

const sea: MantineColorsTuple = [
  '#e7f5f6', '#cfe8ea', '#a3d5d9', '#72bfc6', '#4bacb5', '#2d9ba5', '#1c8a94', '#0f7680', '#0a636c', '#034d55',
];

const dark: MantineColorsTuple = [
  '#e3ebed', '#bccace', '#9db0b6', '#7d9098', '#3a4d55', '#2a3a40', '#1c282d', '#172126', '#10181b', '#0b1113',
];

export const theme = createTheme({
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 8 },
  colors: { sea, dark },
  defaultRadius: 'md',
  fontFamily: 'Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.625rem' }, h2: { fontSize: '1.2rem' }, h3: { fontSize: '1rem' } } },
  cursorType: 'pointer',
  components: {
    // Without what screen readers take for a wrong child of the menu: the first item has the focus.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Below the field: fields side by side stay in line.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    // The list itself scrolls: a box that scrolls without focus in between is out of keyboards' reach.
    Select: { defaultProps: { withScrollArea: false, classNames: { options: 'sf-options' } } },
  },
});
