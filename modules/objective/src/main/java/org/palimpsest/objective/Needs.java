package org.palimpsest.objective;

import java.io.Serializable;
import java.util.List;

/**
 * What an objective asks of a vocabulary, so that a tokenizer can be trained with it.
 *
 * @param sentinels number of sentinels for the longest block
 * @param mask whether it writes mask tokens
 * @param named texts of further special tokens: the mode tokens
 */
public record Needs(int sentinels, boolean mask, List<String> named) implements Serializable {
  public Needs {
    named = List.copyOf(named);
  }
}
