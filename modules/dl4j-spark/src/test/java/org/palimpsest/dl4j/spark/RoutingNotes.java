package org.palimpsest.dl4j.spark;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * A listener that routes a note for its session, one for its worker, and one for every iteration.
 */
final class RoutingNotes extends BaseTrainingListener implements RoutingIterationListener {
  private static final long serialVersionUID = 1L;

  private String session;
  private String worker = "none";
  private transient StatsStorageRouter router;
  private boolean begun;

  RoutingNotes(String session) {
    this.session = session;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (!begun) {
      router.putStorageMetaData(new Note(session, worker, 0));
      router.putStaticInfo(new Note(session, worker, 0));
      begun = true;
    }
    router.putUpdate(new Note(session, worker, iteration));
  }

  @Override
  public void setStorageRouter(StatsStorageRouter to) {
    router = to;
  }

  @Override
  public StatsStorageRouter getStorageRouter() {
    return router;
  }

  @Override
  public void setWorkerID(String id) {
    worker = id;
  }

  @Override
  public String getWorkerID() {
    return worker;
  }

  @Override
  public void setSessionID(String id) {
    session = id;
  }

  @Override
  public String getSessionID() {
    return session;
  }

  @Override
  public RoutingIterationListener clone() {
    return new RoutingNotes(session);
  }

  /** An iteration of a worker; the timestamp field holds the iteration. */
  private record Note(String session, String worker, long iteration) implements StorageMetaData {
    @Override
    public long getTimeStamp() {
      return iteration;
    }

    @Override
    public String getSessionID() {
      return session;
    }

    @Override
    public String getTypeID() {
      return "note";
    }

    @Override
    public String getWorkerID() {
      return worker;
    }

    @Override
    public String getInitTypeClass() {
      return Note.class.getName();
    }

    @Override
    public String getUpdateTypeClass() {
      return Note.class.getName();
    }

    @Override
    public Serializable getExtraMetaData() {
      return null;
    }

    @Override
    public int encodingLengthBytes() {
      return 0;
    }

    @Override
    public byte[] encode() {
      return new byte[0];
    }

    @Override
    public void encode(ByteBuffer buffer) {}

    @Override
    public void encode(OutputStream out) {}

    @Override
    public void decode(byte[] bytes) {}

    @Override
    public void decode(ByteBuffer buffer) {}

    @Override
    public void decode(InputStream in) {}
  }
}
