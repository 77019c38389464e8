/** Terminal output: corrupted examples, tables, progress. */
package org.palimpsest.cli.display;
