/**
 * Errors of the real world: the text of a block enters, with slips of typists, scanners and
 * listeners it leaves. {@link org.palimpsest.objective.errors.TextNoise} is the structural step
 * that decodes tokens, has each {@link org.palimpsest.objective.errors.TextError} change the text,
 * and encodes what changed.
 */
package org.palimpsest.objective.errors;
