// Colours of the categories' presets, in office.js's order.

const COLOURS = [
  "#d13438", "#ca5010", "#8e562e", "#c19c00", "#107c10", "#038387", "#69797e", "#0f6cbd", "#5c2e91", "#9a0089",
  "#57606a", "#394146", "#7a7574", "#5d5a58", "#000000", "#750b1c", "#8e3a0b", "#4d291c", "#835b00", "#0b6a0b",
  "#005b70", "#526000", "#003966", "#401b6c", "#77004d",
];

/** The colour of a category, or nothing for one without. */
export function colour(category) {
  return COLOURS[Number(category.color.replace("Preset", ""))];
}
