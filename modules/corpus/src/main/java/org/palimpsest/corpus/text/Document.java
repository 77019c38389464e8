package org.palimpsest.corpus.text;

/** A text at its place in a source. */
public record Document(String source, String key, String text) implements Reading {}
