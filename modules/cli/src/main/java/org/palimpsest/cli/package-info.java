/**
 * The commands of {@code bin/palimpsest}: command-line arguments in; results on stdout, progress
 * and errors on stderr, and an exit code out. The other modules do the work; none depends on this
 * one.
 */
package org.palimpsest.cli;
