package org.palimpsest.dl4j.spark.data;

import java.util.Iterator;
import java.util.function.Function;

/** An iterator that applies a function to each element on demand. */
record MappedIterator<A, B>(Iterator<? extends A> source, Function<? super A, ? extends B> function)
    implements Iterator<B> {
  @Override
  public boolean hasNext() {
    return source.hasNext();
  }

  @Override
  public B next() {
    return function.apply(source.next());
  }
}
