package org.palimpsest.storage.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The entries of a tokenizer by id, with their scores, and the special ones among them.
 *
 * @param texts by id
 * @param scores by id
 * @param special entries that stand for no text
 */
record Entries(List<String> texts, List<Float> scores, Set<String> special) {
  Entries() {
    this(new ArrayList<>(), new ArrayList<>(), new LinkedHashSet<>());
  }

  /** Appends a special entry. */
  Entries special(String... tokens) {
    return special(List.of(tokens), 0);
  }

  /** Appends special entries with a score, which matters only to tools that read it. */
  Entries special(List<String> tokens, float score) {
    for (String token : tokens) {
      texts.add(token);
      scores.add(score);
      special.add(token);
    }
    return this;
  }

  /** Appends the pieces of a model from one on; those for control and unknown text are special. */
  Entries pieces(SentencePieceModel model, int from) {
    for (SentencePieceModel.Piece piece : model.pieces().subList(from, model.pieces().size())) {
      texts.add(piece.text());
      scores.add(piece.score());
      switch (piece.use()) {
        case CONTROL, UNKNOWN, USER_DEFINED -> special.add(piece.text());
        default -> {}
      }
    }
    return this;
  }

  int size() {
    return texts.size();
  }
}
