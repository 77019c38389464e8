package org.palimpsest.pipeline.restore;

/**
 * A text to restore.
 *
 * @param text null if there is none
 * @param reference the wanted text; null if there is none
 */
record Request(String text, String reference) {}
