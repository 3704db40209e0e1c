//! A stranger's picture: what it is decides its content, never its name; only pixels come through (WEB-10).
//!
//! A picture is decoded under limits and kept as bare pixels, so that a script, a second file glued to its end, a
//! profile or a comment are gone. SVG is refused: it is a program.

use std::io::Cursor;
use std::sync::Arc;

use thiserror::Error;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Bytes a file may have.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;
/// Pixels a side may have.
pub const SIDE_MAX: u32 = 6_000;
/// Pixels a picture may have: 16 million take 64 MB while it is made smaller.
pub const PIXELS_MAX: u64 = 16_000_000;
/// What is kept: enough for print at the size of a logo.
const KEPT_SIDE_MAX: u32 = 900;

/// A picture as bare pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    width: u32,
    height: u32,
    rgba: Arc<Vec<u8>>,
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Logo({} × {})", self.width, self.height)
    }
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LogoRefused {
    /// Nothing came.
    #[error("the file is empty")]
    Empty,
    /// More than [`BYTES_MAX`].
    #[error("the file is larger than 4 MB")]
    TooLarge,
    /// An SVG: a program, not a picture.
    #[error("an SVG can carry scripts")]
    Svg,
    /// Neither PNG nor JPEG, whatever its name says.
    #[error("the content is neither PNG nor JPEG")]
    UnknownKind,
    /// More than [`SIDE_MAX`] or [`PIXELS_MAX`].
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// It begins like a picture, but cannot be read to its end.
    #[error("the picture is damaged")]
    Damaged,
}

impl Logo {
    /// Takes a picture in.
    ///
    /// # Errors
    /// [`LogoRefused`].
    pub fn read(bytes: &[u8]) -> Result<Logo, LogoRefused> {
        if bytes.is_empty() {
            return Err(LogoRefused::Empty);
        }
        if bytes.len() > BYTES_MAX {
            return Err(LogoRefused::TooLarge);
        }
        let logo = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            read_png(bytes)?
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            read_jpeg(bytes)?
        } else if looks_like_svg(bytes) {
            return Err(LogoRefused::Svg);
        } else {
            return Err(LogoRefused::UnknownKind);
        };
        Ok(logo.smaller(KEPT_SIDE_MAX))
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Four bytes a pixel: red, green, blue, opacity.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The picture as a PNG of our own making: what is stored and served.
    ///
    /// # Errors
    /// [`LogoRefused::Damaged`], which pixels that were read cannot be.
    pub fn to_png(&self) -> Result<Vec<u8>, LogoRefused> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(|_| LogoRefused::Damaged)?;
        writer
            .write_image_data(&self.rgba)
            .map_err(|_| LogoRefused::Damaged)?;
        drop(writer);
        Ok(bytes)
    }

    /// Points it takes inside a box, its shape kept.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn fitted(&self, max_width: f32, max_height: f32) -> (f32, f32) {
        let (w, h) = (self.width as f32, self.height as f32);
        let scale = (max_width / w).min(max_height / h);
        (w * scale, h * scale)
    }

    /// At most `side` pixels a side: each pixel the mean of those it stands for, weighted by their opacity.
    fn smaller(self, side: u32) -> Logo {
        let largest = self.width.max(self.height);
        if largest <= side {
            return self;
        }
        let scaled = |n: u32| (n * side / largest).max(1);
        let (width, height) = (scaled(self.width), scaled(self.height));
        let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
        for y in 0..height {
            for x in 0..width {
                let span = |at: u32, of: u32, from: u32| {
                    let start = u64::from(at) * u64::from(from) / u64::from(of);
                    let end = u64::from(at + 1) * u64::from(from) / u64::from(of);
                    start as usize..(end as usize).max(start as usize + 1)
                };
                let columns = span(x, width, self.width);
                let rows = span(y, height, self.height);
                rgba.extend(self.mean(columns, rows));
            }
        }
        Logo {
            width,
            height,
            rgba: Arc::new(rgba),
        }
    }

    #[allow(clippy::cast_possible_truncation)]
    fn mean(&self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> [u8; 4] {
        let (mut sums, mut opacity, mut count) = ([0_u64; 3], 0_u64, 0_u64);
        for row in rows {
            for column in columns.clone() {
                let at = (row * self.width as usize + column) * 4;
                let pixel = &self.rgba[at..at + 4];
                let alpha = u64::from(pixel[3]);
                for (sum, channel) in sums.iter_mut().zip(pixel) {
                    *sum += u64::from(*channel) * alpha;
                }
                opacity += alpha;
                count += 1;
            }
        }
        let channel = |sum: u64| sum.checked_div(opacity).unwrap_or(255) as u8;
        let alpha = opacity.checked_div(count).unwrap_or(0) as u8;
        [channel(sums[0]), channel(sums[1]), channel(sums[2]), alpha]
    }
}

fn looks_like_svg(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4096)];
    let start = String::from_utf8_lossy(start).to_lowercase();
    start.contains("<svg")
        || start
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with("<?xml")
}

fn checked(width: u32, height: u32) -> Result<(), LogoRefused> {
    if width == 0 || height == 0 {
        return Err(LogoRefused::Damaged);
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > SIDE_MAX || height > SIDE_MAX || pixels > PIXELS_MAX {
        return Err(LogoRefused::TooManyPixels);
    }
    Ok(())
}

fn read_png(bytes: &[u8]) -> Result<Logo, LogoRefused> {
    let damaged = |_| LogoRefused::Damaged;
    // The header is looked at before anything is unpacked: a bomb says how large it is.
    let mut decoder = png::Decoder::new_with_limits(
        Cursor::new(bytes),
        png::Limits {
            bytes: PIXELS_MAX as usize * 4 + 1024 * 1024,
        },
    );
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = reader.info().size();
    checked(width, height)?;
    let size = reader
        .output_buffer_size()
        .ok_or(LogoRefused::TooManyPixels)?;
    let mut buffer = vec![0; size];
    let frame = reader.next_frame(&mut buffer).map_err(damaged)?;
    let pixels = &buffer[..frame.buffer_size()];
    let rgba = match frame.color_type {
        png::ColorType::Rgba => pixels.to_vec(),
        png::ColorType::Rgb => opaque(pixels.chunks_exact(3), |p| [p[0], p[1], p[2], 255]),
        png::ColorType::GrayscaleAlpha => {
            opaque(pixels.chunks_exact(2), |p| [p[0], p[0], p[0], p[1]])
        }
        png::ColorType::Grayscale => opaque(pixels.chunks_exact(1), |p| [p[0], p[0], p[0], 255]),
        png::ColorType::Indexed => return Err(LogoRefused::Damaged),
    };
    whole(width, height, rgba)
}

fn read_jpeg(bytes: &[u8]) -> Result<Logo, LogoRefused> {
    let options = DecoderOptions::default()
        .set_max_width(SIDE_MAX as usize)
        .set_max_height(SIDE_MAX as usize)
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|e| {
        let text = e.to_string().to_lowercase();
        if text.contains("width") || text.contains("height") || text.contains("large") {
            LogoRefused::TooManyPixels
        } else {
            LogoRefused::Damaged
        }
    })?;
    let (width, height) = decoder.dimensions().ok_or(LogoRefused::Damaged)?;
    let (width, height) = (as_u32(width)?, as_u32(height)?);
    checked(width, height)?;
    let pixels = decoder.decode().map_err(|_| LogoRefused::Damaged)?;
    let rgba = opaque(pixels.chunks_exact(3), |p| [p[0], p[1], p[2], 255]);
    whole(width, height, rgba)
}

fn as_u32(side: usize) -> Result<u32, LogoRefused> {
    u32::try_from(side).map_err(|_| LogoRefused::TooManyPixels)
}

fn opaque<'a>(
    pixels: impl Iterator<Item = &'a [u8]>,
    to_rgba: impl Fn(&[u8]) -> [u8; 4],
) -> Vec<u8> {
    pixels.flat_map(to_rgba).collect()
}

fn whole(width: u32, height: u32, rgba: Vec<u8>) -> Result<Logo, LogoRefused> {
    if rgba.len() != width as usize * height as usize * 4 {
        return Err(LogoRefused::Damaged);
    }
    Ok(Logo {
        width,
        height,
        rgba: Arc::new(rgba),
    })
}
