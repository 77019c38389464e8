package org.palimpsest.training.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.storage.DamageException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * A flat vector as a file: its elements as fp32, little-endian, without a header. Files are read
 * and written in chunks, with a checksum.
 */
public final class VectorFile {
  private static final int CHUNK = FlatVector.CHUNK;

  private VectorFile() {}

  /** Writes the vector, reads the file back, and returns its size and checksum. */
  public static StoredFile write(StoredFolder folder, String name, FlatVector vector) {
    return folder.writeVerified(name, out -> copy(vector, out));
  }

  private static void copy(FlatVector vector, OutputStream out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEachChunk(
        (from, values, count) -> {
          bytes.asFloatBuffer().put(values, 0, count);
          out.write(bytes.array(), 0, count * Float.BYTES);
        });
  }

  /**
   * Fills the vector from a file.
   *
   * @throws PalimpsestException of kind INPUT if the file differs from the manifest or from the
   *     vector's length
   */
  public static void read(StoredFolder folder, StoredFile file, FlatVector into) {
    readSum(folder, List.of(file), new double[] {1}, into);
  }

  /**
   * Fills the vector with the weighted mean of several files.
   *
   * @param weights one per file, at least 0; if all are 0, the files count equally
   * @throws PalimpsestException as {@link #read}
   */
  public static void readMean(
      StoredFolder folder, List<StoredFile> files, List<Double> weights, FlatVector into) {
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    double[] factors =
        weights.stream()
            .mapToDouble(weight -> sum == 0 ? 1.0 / weights.size() : weight / sum)
            .toArray();
    readSum(folder, files, factors, into);
  }

  /**
   * Fills the vector with the weighted sum of several files.
   *
   * @param factors one per file
   * @throws PalimpsestException as {@link #read}
   */
  public static void readSum(
      StoredFolder folder, List<StoredFile> files, double[] factors, FlatVector into) {
    List<Source> sources = new ArrayList<>();
    try {
      for (StoredFile file : files) {
        sources.add(Source.open(folder, file, into.size()));
      }
      sum(sources, factors, into);
      for (Source source : sources) {
        source.verify();
      }
    } finally {
      sources.forEach(Source::close);
    }
  }

  private static void sum(List<Source> sources, double[] factors, FlatVector into) {
    float[] one = new float[CHUNK];
    float[] sum = new float[CHUNK];
    for (long from = 0; from < into.size(); from += CHUNK) {
      int count = (int) Math.min(CHUNK, into.size() - from);
      Arrays.fill(sum, 0);
      for (int k = 0; k < factors.length; k++) {
        sources.get(k).next(one, count);
        for (int i = 0; i < count; i++) {
          sum[i] += (float) (factors[k] * one[i]);
        }
      }
      into.write(from, sum, 0, count);
    }
  }

  /** A file that is being read, with the checksum of the bytes read so far. */
  private record Source(
      StoredFolder folder, StoredFile file, InputStream in, MessageDigest digest, byte[] bytes) {

    static Source open(StoredFolder folder, StoredFile file, long size) {
      if (file.size() != size * Float.BYTES) {
        throw PalimpsestException.input(
            folder.resolve(file.name())
                + " holds "
                + file.size() / Float.BYTES
                + " numbers, but the model needs "
                + size
                + ": use a checkpoint of this model.");
      }
      MessageDigest digest = Digests.sha256();
      InputStream in = new DigestInputStream(folder.open(file.name()), digest);
      return new Source(folder, file, in, digest, new byte[CHUNK * Float.BYTES]);
    }

    void next(float[] into, int count) {
      try {
        if (in.readNBytes(bytes, 0, count * Float.BYTES) < count * Float.BYTES) {
          throw damaged();
        }
      } catch (IOException e) {
        throw unreadable(e);
      }
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(into, 0, count);
    }

    void verify() {
      if (!Digests.hex(digest.digest()).equals(file.sha256())) {
        throw damaged();
      }
    }

    void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private PalimpsestException damaged() {
      return DamageException.report(
          folder.resolve(file.name())
              + " is damaged: its size or checksum differs from the manifest; use another"
              + " checkpoint.");
    }

    private PalimpsestException unreadable(IOException e) {
      return new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.resolve(file.name()) + " cannot be read: " + Reason.of(e) + ".",
          e);
    }
  }
}
