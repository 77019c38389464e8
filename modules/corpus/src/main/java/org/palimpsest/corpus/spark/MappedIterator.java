package org.palimpsest.corpus.spark;

import java.util.Iterator;
import java.util.function.Function;

/** Applies a function to each element of an iterator, lazily. */
public record MappedIterator<A, B>(
    Iterator<? extends A> from, Function<? super A, ? extends B> function) implements Iterator<B> {
  @Override
  public boolean hasNext() {
    return from.hasNext();
  }

  @Override
  public B next() {
    return function.apply(from.next());
  }
}
