/**
 * The commands of {@code bin/palimpsest}: what a person types, sees, and gets back as an exit code.
 * All work is done by the modules above; nothing depends on this one.
 */
package org.palimpsest.cli;
