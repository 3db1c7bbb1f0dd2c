#include "backward.h"
#include "blockLayout.h"

namespace denselab {

namespace {

// Vectors of pixels that make the ends of sums over them worth their while.
constexpr int kVectorsAtOnce = 32;
// Channels whose transforms lie in the second-level cache together.
constexpr int kChannelsAtOnce = 24;

class ConvolutionGradient {
 public:
  ConvolutionGradient(const float* weights, const NormedPlanes& from, int made, const PlaneSize& size,
                      ImageOrder& order, PairSums& sums)
      : from_(from),
        made_(made),
        channels_(sums.channels()),
        size_(size),
        strips_(size),
        order_(order),
        sums_(sums),
        group_(std::clamp(kVectorsAtOnce / strips_.vectors(), 1, order.most())),
        some_(std::min(channels_, kChannelsAtOnce)),
        gradient_(threads(), planes(made)),
        lanes_(threads(), 2u * kLanes * channels_),
        strip_(threads(), static_cast<std::size_t>(made) * kProducts * strips_.rowStride * strips_.stripsAtOnce()),
        leftStride_(static_cast<std::size_t>(group_) * strips_.vectors() * kLanes),
        rightStride_(static_cast<std::size_t>(group_) * strips_.strips * strips_.rowStride),
        left_(threads(), kProducts * made * leftStride_),
        right_(threads(), kProducts * some_ * rightStride_),
        products_(order.parts(), static_cast<std::size_t>(kProducts) * kTaps * channels_ * made) {
    weights_.pack(channels_, made, [&](int to, int from, int y, int x) {
      // The same taps, turned by half a turn.
      return weights[(static_cast<std::size_t>(8 - 3 * y - x) * padded(channels_) + to) * made + from];
    });
    for (Scratch* each : {&strip_, &right_, &products_}) each->clear();
  }

  void run(const std::function<void(int, int, float*)>& give) {
    order_.each(group_, [&](Worker worker, Range images) {
      for (int image = images.from; image < images.to; ++image) {
        const int index = image - images.from;
        float* planes = gradient_.of(worker.thread);
        for (int c = 0; c < made_; ++c) {
          float* plane = planes + static_cast<std::size_t>(c) * size_.stride;
          give(image, c, plane);
          transformGradient(plane, strips_,
                            left_.of(worker.thread) + c * leftStride_ + static_cast<std::size_t>(index) * strips_.vectors() * kLanes,
                            made_ * leftStride_);
        }
        passImage(worker.thread, image);
      }
      for (int first = 0; first < channels_; first += some_) multiply(worker, images, first);
    });
  }

  // [tap][padded channel][made]; from the parts' sums in the parts' order.
  void giveWeightGradient(float* to) {
    const std::size_t count = static_cast<std::size_t>(channels_) * made_;
    const std::size_t step = kTaps * count;
    for (int part = 1; part < order_.parts(); ++part)
      for (std::size_t each = 0; each < kProducts * step; ++each) products_.of(0)[each] += products_.of(part)[each];
    for (int x = 0; x < kTaps; ++x) {
      for (std::size_t each = 0; each < count; ++each) {
        float taps[3];
        finishTaps(products_.of(0) + x * count + each, step, taps);
        for (int y = 0; y < 3; ++y) to[(3u * y + x) * padded(channels_) * made_ + each] = taps[y];
      }
    }
  }

 private:
  static int threads() { return Threads::shared().count(); }
  std::size_t planes(int count) const { return static_cast<std::size_t>(count) * size_.stride; }

  // The gradient of what the convolution read, from that of one image's planes.
  void passImage(int thread, int image) {
    float* lanes = lanes_.of(thread);
    std::fill_n(lanes, 2u * kLanes * channels_, 0.f);
    const std::size_t oneStrip = static_cast<std::size_t>(made_) * kProducts * strips_.rowStride;
    for (int strip = 0; strip < strips_.strips; strip += strips_.stripsAtOnce()) {
      for (int half = 0; half < strips_.stripsAtOnce(); ++half)
        for (int c = 0; c < made_; ++c)
          transformInput(gradient_.of(thread) + planes(c), kAsItIs, strips_, strip + half,
                         strip_.of(thread) + half * oneStrip + static_cast<std::size_t>(c) * kProducts * strips_.rowStride,
                         strips_.rowStride);
      convolveStrip(weights_, strip_.of(thread), strips_, strip,
                    [&](int c, int y, int x, int count, __mmask16 mask, const Vector* rows) {
                      takeRows(image, c, y * size_.width + x, count, mask, rows, lanes + 2 * kLanes * c);
                    },
                    [&](int share, int shares) {
                      const int next = strip + strips_.stripsAtOnce();
                      fetchStrip(from_.value(image, 0), from_.planeStride, channels_, strips_, next, share, shares);
                      fetchStrip(from_.gradient(image, 0), from_.planeStride, channels_, strips_, next, share, shares);
                    });
    }
    for (int c = 0; c < channels_; ++c)
      NormGradientSums{load(lanes + 2 * kLanes * c), load(lanes + 2 * kLanes * c + kLanes)}.addTo(sums_.at(image, c));
  }

  void takeRows(int image, int c, int pixel, int count, __mmask16 mask, const Vector* rows, float* lanes) const {
    const NormVectors norm(from_, c);
    const float* values = from_.value(image, c) + pixel;
    float* to = from_.gradient(image, c) + pixel;
    NormGradientSums sums{load(lanes), load(lanes + kLanes)};
    for (int row = 0; row < count; ++row) {
      const Vector masked =
          throughRelu(rows[row], _mm512_maskz_loadu_ps(mask, values + row * size_.width), mask, norm, sums);
      float* at = to + row * size_.width;
      const Vector result =
          from_.adds ? _mm512_fmadd_ps(masked, norm.scale, _mm512_maskz_loadu_ps(mask, at)) : masked;
      _mm512_mask_storeu_ps(at, mask, result);
    }
    store(lanes, sums.gradient);
    store(lanes + kLanes, sums.product);
  }

  // Products of the gradient's rows with those of some of the channels that the convolution read.
  void multiply(Worker worker, Range images, int first) {
    const int count = std::min(some_, channels_ - first);
    for (int image = images.from; image < images.to; ++image)
      for (int c = 0; c < count; ++c)
        for (int strip = 0; strip < strips_.strips; ++strip)
          transformInput(from_.value(image, first + c), {from_.affine.scale[first + c], from_.affine.shift[first + c], 0}, strips_,
                         strip,
                         right_.of(worker.thread) + c * rightStride_ +
                             ((image - images.from) * strips_.strips + strip) * strips_.rowStride,
                         some_ * rightStride_);
    dotStrips({left_.of(worker.thread), leftStride_, made_ * leftStride_, made_},
              {right_.of(worker.thread), rightStride_, some_ * rightStride_, count}, strips_,
              (images.to - images.from) * strips_.strips, products_.of(worker.part) + static_cast<std::size_t>(first) * made_,
              made_, static_cast<std::size_t>(channels_) * made_);
  }

  const NormedPlanes& from_;
  const int made_;
  const int channels_;
  const PlaneSize size_;
  const StripSize strips_;
  ImageOrder& order_;
  PairSums& sums_;
  // Images whose products are summed together, and channels.
  const int group_;
  const int some_;
  StripWeights weights_;
  // Of each thread: the gradient of one image's planes, sums by lanes, and transforms.
  Scratch gradient_;
  Scratch lanes_;
  Scratch strip_;
  const std::size_t leftStride_;
  const std::size_t rightStride_;
  Scratch left_;
  Scratch right_;
  // Of each part.
  Scratch products_;
};

}  // namespace

void convolveBack(const float* weights, const NormedPlanes& from, int made, const PlaneSize& size, ImageOrder& order,
                  const std::function<void(int, int, float*)>& give, PairSums& sums, float* weightGradient) {
  ConvolutionGradient gradient(weights, from, made, size, order, sums);
  gradient.run(give);
  gradient.giveWeightGradient(weightGradient);
}

}  // namespace denselab
