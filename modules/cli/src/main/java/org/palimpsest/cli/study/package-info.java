/**
 * Studies: a definition enters, a grid of recipes with what to measure of each; a results file and
 * a page with plots leave. What trains and measures a cell is given by the command.
 */
package org.palimpsest.cli.study;
