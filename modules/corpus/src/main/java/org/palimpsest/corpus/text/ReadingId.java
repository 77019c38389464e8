package org.palimpsest.corpus.text;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.palimpsest.base.Digests;

/**
 * 128 bits that tell a document from all others: its id, which is the first 128 bits of the SHA-256
 * of its source's name and its key and knows nothing of partitions, splits or the folder the input
 * lies in; or the fingerprint of its text.
 */
public record ReadingId(long high, long low) implements Serializable {
  /** Stands where nobody asked; nothing else has it, as good as surely. */
  public static final ReadingId NONE = new ReadingId(0, 0);

  /** The id of a place. */
  static ReadingId of(String source, String key) {
    MessageDigest digest = Digests.sha256();
    digest.update(source.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(key.getBytes(StandardCharsets.UTF_8));
    return of(digest);
  }

  /** A fingerprint of a text: texts that have the same are the same. */
  public static ReadingId ofText(String text) {
    return ofText(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The fingerprint of a text that is there in UTF-8. */
  public static ReadingId ofText(byte[] text) {
    MessageDigest digest = Digests.sha256();
    digest.update(text);
    return of(digest);
  }

  private static ReadingId of(MessageDigest digest) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new ReadingId(hash.getLong(), hash.getLong());
  }

  /** 32 hexadecimal digits. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
