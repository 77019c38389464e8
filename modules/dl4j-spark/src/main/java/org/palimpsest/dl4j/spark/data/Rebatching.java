package org.palimpsest.dl4j.spark.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Cuts and joins data sets of any sizes into batches of one size; only the last may be smaller.
 * Sequences of different lengths are padded and masked, as Deeplearning4j merges them.
 */
public final class Rebatching implements Iterator<MultiDataSet> {
  private final Iterator<? extends org.nd4j.linalg.dataset.api.MultiDataSet> source;
  private final int examples;
  private final Deque<org.nd4j.linalg.dataset.api.MultiDataSet> waiting = new ArrayDeque<>();
  private long waitingExamples;

  Rebatching(Iterator<? extends org.nd4j.linalg.dataset.api.MultiDataSet> source, int examples) {
    this.source = source;
    this.examples = examples;
  }

  public static long examples(org.nd4j.linalg.dataset.api.MultiDataSet data) {
    return data.getFeatures(0).size(0);
  }

  @Override
  public boolean hasNext() {
    while (waitingExamples < examples && source.hasNext()) {
      org.nd4j.linalg.dataset.api.MultiDataSet data = source.next();
      waiting.addLast(data);
      waitingExamples += examples(data);
    }
    return waitingExamples > 0;
  }

  @Override
  public MultiDataSet next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    List<org.nd4j.linalg.dataset.api.MultiDataSet> parts = new ArrayList<>();
    long missing = Math.min(examples, waitingExamples);
    waitingExamples -= missing;
    while (missing > 0) {
      org.nd4j.linalg.dataset.api.MultiDataSet first = waiting.removeFirst();
      long size = examples(first);
      if (size > missing) {
        waiting.addFirst(cut(first, missing, size));
        first = cut(first, 0, missing);
        size = missing;
      }
      parts.add(first);
      missing -= size;
    }
    return parts.size() == 1 && parts.get(0) instanceof MultiDataSet whole
        ? whole
        : MultiDataSet.merge(parts);
  }

  private static MultiDataSet cut(
      org.nd4j.linalg.dataset.api.MultiDataSet data, long from, long to) {
    return new MultiDataSet(
        cut(data.getFeatures(), from, to),
        cut(data.getLabels(), from, to),
        cut(data.getFeaturesMaskArrays(), from, to),
        cut(data.getLabelsMaskArrays(), from, to));
  }

  private static INDArray[] cut(INDArray[] arrays, long from, long to) {
    return arrays == null
        ? null
        : Arrays.stream(arrays)
            .map(array -> array == null ? null : cut(array, from, to))
            .toArray(INDArray[]::new);
  }

  private static INDArray cut(INDArray array, long from, long to) {
    org.nd4j.linalg.indexing.INDArrayIndex[] all =
        new org.nd4j.linalg.indexing.INDArrayIndex[array.rank()];
    Arrays.fill(all, NDArrayIndex.all());
    all[0] = NDArrayIndex.interval(from, to);
    return array.get(all).dup();
  }
}
