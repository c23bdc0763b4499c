declare module '*.css' {
  const text: string; // the widget's own; a page's goes into its style sheet
  export default text;
}
