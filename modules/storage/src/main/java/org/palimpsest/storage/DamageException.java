package org.palimpsest.storage;

import java.io.IOException;
import org.palimpsest.base.PalimpsestException;

/**
 * The proof that stored bytes are not the ones that were written: they were read to their end and
 * have another size or checksum, or a file is missing from a folder that can be listed. It is the
 * cause of the exception that tells it to the user. Whatever else prevents reading (a permission, a
 * network, another version) proves nothing: the bytes may be good.
 */
public final class DamageException extends IOException {
  private static final long serialVersionUID = 1L;

  private DamageException(String message) {
    super(message);
  }

  /** The exception that reports damage, of kind INPUT. */
  public static PalimpsestException report(String sentence) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT, sentence, new DamageException(sentence));
  }

  /** Whether the failure proves damage. */
  public static boolean isProvenBy(PalimpsestException failure) {
    return failure.getCause() instanceof DamageException;
  }
}
