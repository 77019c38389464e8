package org.palimpsest.corpus.read;

/** The values of {@code corpus.block-order}. */
enum OrderChoice {
  /** The order that the manifest of the corpus names. */
  AUTO,
  LANES,
  ROW_GROUPS;

  /** Returns the chosen order, for a corpus with this order of its own. */
  BlockOrder.Kind forCorpus(BlockOrder.Kind own) {
    return switch (this) {
      case AUTO -> own;
      case LANES -> BlockOrder.Kind.LANES;
      case ROW_GROUPS -> BlockOrder.Kind.ROW_GROUPS;
    };
  }
}
