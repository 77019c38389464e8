package org.palimpsest.corpus.overlap;

/**
 * How much of the held-out text the training text has, too, in runs of tokens (n-grams). A document
 * is near the other split if at least half of its n-grams are there, and contained in it if all
 * are. A score on such held-out text measures memory, not skill.
 *
 * @param ngram number of tokens in a run; a shorter document is one run
 * @param heldOut the held-out documents
 * @param training the training documents
 * @param sharedNgrams share of all n-grams of the held-out text that the training text has
 * @param sampled whether only evenly spaced blocks of the held-out split were compared, because it
 *     has too many
 */
public record Contamination(
    int ngram, Documents heldOut, Documents training, double sharedNgrams, boolean sampled) {

  /**
   * Documents of a split.
   *
   * @param count number of documents
   * @param near number of those that are near the other split, contained ones included
   * @param contained number of those all of whose n-grams the other split has
   */
  public record Documents(long count, long near, long contained) {
    Documents plus(long shared, long all) {
      return new Documents(
          count + 1, near + (2 * shared >= all ? 1 : 0), contained + (shared == all ? 1 : 0));
    }

    Documents plus(Documents other) {
      return new Documents(count + other.count, near + other.near, contained + other.contained);
    }

    static Documents none() {
      return new Documents(0, 0, 0);
    }
  }
}
