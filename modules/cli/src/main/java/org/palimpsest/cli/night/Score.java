package org.palimpsest.cli.night;

/**
 * A held-out loss, and what it was measured with.
 *
 * @param checkpoint name of the checkpoint's folder
 * @param corpus identifies the held-out text
 * @param loss nats per target token
 */
public record Score(String checkpoint, String corpus, double loss) {
  /** Whether it is of this checkpoint on this text. */
  public boolean isOf(String otherCheckpoint, String otherCorpus) {
    return checkpoint.equals(otherCheckpoint) && corpus.equals(otherCorpus);
  }
}
