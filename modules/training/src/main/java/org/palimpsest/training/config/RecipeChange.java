package org.palimpsest.training.config;

/**
 * A key whose value differs from the one that a run started with.
 *
 * @param key the key
 * @param before its recorded value as HOCON, or "not set"
 * @param now its current value as HOCON
 */
public record RecipeChange(String key, String before, String now) {}
