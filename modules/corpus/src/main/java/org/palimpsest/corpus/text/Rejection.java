package org.palimpsest.corpus.text;

/**
 * A record that is no document.
 *
 * @param reason why, in words that many records share; they are counted by it
 * @param detail what is special about this one, or empty
 */
public record Rejection(String source, String key, String reason, String detail)
    implements Reading {}
