package org.palimpsest.model;

/** A {@link FlatVector} whose memory belongs to whoever made it. */
public interface OwnedVector extends FlatVector, AutoCloseable {
  /** Frees the memory; the vector cannot be used afterwards. */
  @Override
  void close();
}
