/** So many items one function reads or writes at once: the way to the table is hidden, its connections are not used up. */
export const itemsAtOnce = 16;
