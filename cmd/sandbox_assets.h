/*
 * The files of share/sandbox as strings; cmd/sandbox_assets.c is made from
 * them when building.
 */
#ifndef SANDBOX_ASSETS_H
#define SANDBOX_ASSETS_H

extern const char	sandbox_asset_chkt_js[];
extern const char	sandbox_asset_end_en_html[];
extern const char	sandbox_asset_end_fr_html[];
extern const char	sandbox_asset_form_en_html[];
extern const char	sandbox_asset_form_fr_html[];
extern const char	sandbox_asset_frame_css[];
extern const char	sandbox_asset_frame_js[];
extern const char	sandbox_asset_home_html[];
extern const char	sandbox_asset_penny_table_visa_tsv[];
extern const char	sandbox_asset_spinner_css[];

#endif
