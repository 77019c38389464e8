package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.DropoutMask;

/** Dropout at one site. */
public final class Dropout {
  private final Rng rng;
  private final Kernels kernels;
  private final int site;
  private final Buffer masks;
  private final Buffer scratch;
  private Matrix mask;

  public Dropout(Workspace workspace, Rng rng) {
    this.rng = rng;
    kernels = workspace.kernels();
    site = workspace.nextSite();
    masks = workspace.buffer();
    scratch = workspace.scratch("branch gradient");
  }

  /** Drops elements in place. */
  public void forward(Matrix x) {
    draw(x);
    if (mask != null) {
      kernels.multiply(mask, x, x);
    }
  }

  /** Drops the same elements of the gradient. */
  public void backward(Matrix gradient) {
    if (mask != null) {
      kernels.multiply(mask, gradient, gradient);
    }
  }

  /** into ← x + dropout(branch). */
  void addTo(Matrix x, Matrix branch, Matrix into) {
    draw(x);
    if (mask != null) {
      kernels.addMasked(x, branch, mask, into);
    } else {
      kernels.copy(x, into);
      kernels.add(branch, into);
    }
  }

  /**
   * The gradient of the branch of {@link #addTo}; without dropout the memory of {@code sumGradient}
   * itself.
   */
  Matrix branchGradient(Matrix sumGradient) {
    if (mask == null) {
      return sumGradient;
    }
    Matrix branch = scratch.shaped(sumGradient.rows(), sumGradient.columns());
    kernels.multiply(mask, sumGradient, branch);
    return branch;
  }

  private void draw(Matrix x) {
    mask = rng.isSilent() ? null : masks.shaped(x.rows(), x.columns());
    if (mask != null) {
      rng.fill(site, mask);
    }
  }

  /** The random masks of one pass, a function of the dropout key, slice, and site. */
  public static final class Rng {
    private final DropoutMask masks;
    private final Workspace workspace;
    private DropoutKey key;
    private int slice;
    private int[] staged = new int[0];

    public Rng(Workspace workspace) {
      this.workspace = workspace;
      this.masks = new DropoutMask(workspace.spec().dropout());
    }

    public void silence() {
      key = null;
    }

    /**
     * Dropout from now on.
     *
     * @param slice number of the slice in its batch, so that slices draw different masks
     */
    public void begin(DropoutKey key, int slice) {
      this.key = masks.isSilent() ? null : key;
      this.slice = slice;
    }

    boolean isSilent() {
      return key == null;
    }

    private void fill(int site, Matrix mask) {
      int count = Math.toIntExact(mask.size());
      if (staged.length < count) {
        staged = new int[count + count / 8];
      }
      masks.fill(key, slice * workspace.sites() + site, staged, count);
      workspace.kernels().writeBits(staged, mask);
    }
  }
}
