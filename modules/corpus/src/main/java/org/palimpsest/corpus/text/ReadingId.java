package org.palimpsest.corpus.text;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.palimpsest.base.Digests;

/**
 * A 128-bit identifier: the id of a document, which is the first half of the SHA-256 of its source
 * name and key and does not depend on partitions, file splits or the location of the input; or the
 * fingerprint of a text.
 */
public record ReadingId(long high, long low) implements Serializable {
  /**
   * Placeholder where no fingerprint is needed; a real one equals it with negligible probability.
   */
  public static final ReadingId NONE = new ReadingId(0, 0);

  /** Returns the id of a record of a source. */
  static ReadingId of(String source, String key) {
    MessageDigest digest = Digests.sha256();
    digest.update(source.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(key.getBytes(StandardCharsets.UTF_8));
    return of(digest);
  }

  /** Returns the fingerprint of a text; equal fingerprints mean equal texts. */
  public static ReadingId ofText(String text) {
    return ofText(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the fingerprint of a text in UTF-8. */
  public static ReadingId ofText(byte[] text) {
    MessageDigest digest = Digests.sha256();
    digest.update(text);
    return of(digest);
  }

  private static ReadingId of(MessageDigest digest) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new ReadingId(hash.getLong(), hash.getLong());
  }

  /** Returns 32 hexadecimal digits. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
