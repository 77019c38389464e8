package org.palimpsest.tasks.denoising;

import java.util.Map;
import java.util.TreeMap;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * The parameters of a model, seen in the layout of a smaller one whose tensors have fewer rows and
 * are otherwise the same. Reading and writing need no memory of their own.
 */
final class SmallerLayout implements FlatVector {
  private final FlatVector larger;
  private final long size;

  /** The tensors by their offset in the smaller layout. */
  private final TreeMap<Long, Place> places = new TreeMap<>();

  /**
   * A tensor.
   *
   * @param end its end in the smaller layout
   * @param shift how far it lies behind in the larger one
   */
  private record Place(long end, long shift) {}

  SmallerLayout(FlatVector larger, ParameterLayout smallerLayout, ParameterLayout largerLayout) {
    this.larger = larger;
    size = smallerLayout.size();
    for (TensorSpec tensor : smallerLayout.tensors()) {
      long shift = largerLayout.tensor(tensor.name()).offset() - tensor.offset();
      places.put(tensor.offset(), new Place(tensor.end(), shift));
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    pieces(from, count, (place, done, length) -> larger.read(place, into, offset + done, length));
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    pieces(
        from, count, (place, done, length) -> larger.write(place, values, offset + done, length));
  }

  private interface Piece {
    void visit(long place, int done, int length);
  }

  private void pieces(long from, int count, Piece piece) {
    for (int done = 0; done < count; ) {
      Map.Entry<Long, Place> tensor = places.floorEntry(from + done);
      long end = tensor.getValue().end();
      int length = (int) Math.min(count - done, end - from - done);
      piece.visit(from + done + tensor.getValue().shift(), done, length);
      done += length;
    }
  }
}
