package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.Test;
import org.palimpsest.model.Device;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;

class ChunkedTransferTest {
  private static final int LENGTH = ChunkedTransfer.PIECE + 70_001;

  /** A vector that seems to be on a GPU and counts copies. */
  private static final class OnGpu implements FlatVector {
    private final HeapVector content = new HeapVector(LENGTH);
    private int reads;
    private int writes;

    @Override
    public long size() {
      return LENGTH;
    }

    @Override
    public void read(long from, float[] into, int offset, int count) {
      reads++;
      content.read(from, into, offset, count);
    }

    @Override
    public void write(long from, float[] values, int offset, int count) {
      writes++;
      content.write(from, values, offset, count);
    }

    @Override
    public Device device() {
      return Device.parse("cuda");
    }
  }

  @Test
  @SuppressWarnings("try") // the body uses a pointer scope only by its being open
  void aPieceOfAVectorOnAGpuIsOneCopyEachWay() {
    OnGpu vector = new OnGpu();
    for (int i = 0; i < LENGTH; i++) {
      vector.content.values()[i] = i % 1000;
    }
    try (ChunkedTransfer transfer = new ChunkedTransfer(2);
        PointerScope scope = new PointerScope()) {
      transfer.through(vector, piece -> piece.mul_(new Scalar(2.0)));
    }
    assertThat(vector.reads).as("reads").isEqualTo(2);
    assertThat(vector.writes).as("writes").isEqualTo(2);
    for (int i : new int[] {0, 65_536, ChunkedTransfer.PIECE, LENGTH - 1}) {
      assertThat(vector.content.values()[i]).as("element %s", i).isEqualTo(2f * (i % 1000));
    }
  }
}
