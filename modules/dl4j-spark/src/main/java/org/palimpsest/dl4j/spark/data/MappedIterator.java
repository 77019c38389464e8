package org.palimpsest.dl4j.spark.data;

import java.util.Iterator;
import java.util.function.Function;

/** An iterator with every element replaced by what a function makes of it, when it is asked for. */
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
