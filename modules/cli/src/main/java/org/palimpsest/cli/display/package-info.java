/** What a person sees in a terminal: damaged examples, tables, progress. */
package org.palimpsest.cli.display;
