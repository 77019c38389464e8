/**
 * What every module uses: {@link PalimpsestException}, whose kind decides the exit code; {@link
 * Section}, which reads one section of a configuration; and keyed hashing, from which all
 * randomness is derived.
 */
package org.palimpsest.base;
