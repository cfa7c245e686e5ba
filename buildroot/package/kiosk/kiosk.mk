################################################################################
#
# kiosk
#
################################################################################

KIOSK_SITE = $(BR2_EXTERNAL_KIOSK_PATH)/..
KIOSK_SITE_METHOD = local
KIOSK_LICENSE = Apache-2.0
KIOSK_LICENSE_FILES = LICENSE THIRD-PARTY.txt
KIOSK_GOMOD = multicopy.example
KIOSK_BUILD_TARGETS = cmd/pn532-check
KIOSK_LDFLAGS = -s -w -buildid=
KIOSK_DEPENDENCIES = host-pkgconf systemd

ifeq ($(BR2_PACKAGE_KIOSK_WINDOW),y)
KIOSK_BUILD_TARGETS += cmd/kiosk
KIOSK_DEPENDENCIES += libgl xlib_libX11 xlib_libXcursor xlib_libXi \
	xlib_libXinerama xlib_libXrandr xlib_libXxf86vm
endif

KIOSK_SPEECH = $(call qstrip,$(BR2_PACKAGE_KIOSK_SPEECH))

ifneq ($(KIOSK_SPEECH),)
define KIOSK_INSTALL_SPEECH
	$(INSTALL) -D -m 0644 -t $(TARGET_DIR)/usr/share/kiosk/speech $(KIOSK_SPEECH)/*
endef
KIOSK_POST_INSTALL_TARGET_HOOKS += KIOSK_INSTALL_SPEECH
endif

KIOSK_EARLY = $(call qstrip,$(BR2_PACKAGE_KIOSK_EARLY))

ifneq ($(KIOSK_EARLY),)
define KIOSK_INSTALL_EARLY
	$(INSTALL) -D -m 0644 -t $(TARGET_DIR)/usr/share/kiosk/picture $(KIOSK_EARLY)/*.png
	$(INSTALL) -D -m 0755 $(@D)/bin/kiosk-init $(TARGET_DIR)/usr/lib/kiosk/picture
endef
KIOSK_POST_INSTALL_TARGET_HOOKS += KIOSK_INSTALL_EARLY
endif

KIOSK_SHADERS = $(call qstrip,$(BR2_PACKAGE_KIOSK_SHADERS))

ifneq ($(KIOSK_SHADERS),)
define KIOSK_INSTALL_SHADERS
	mkdir -p $(TARGET_DIR)/usr/share/kiosk
	cp -r $(KIOSK_SHADERS) $(TARGET_DIR)/usr/share/kiosk/shaders
endef
KIOSK_POST_INSTALL_TARGET_HOOKS += KIOSK_INSTALL_SHADERS
endif

ifeq ($(BR2_PACKAGE_KIOSK_TEXT),y)
KIOSK_BUILD_TARGETS += cmd/proving/boot
endif

# Modules lie in vendor/ (go mod vendor): the build asks no network for them.
KIOSK_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude /buildroot --exclude /out \
	--exclude /bin --exclude /dist

# cgo is for SQLite and the window; the initramfs has no C library.
define KIOSK_BUILD_INIT
	cd $(@D) && $(KIOSK_GO_ENV) CGO_ENABLED=0 $(GO_BIN) build -trimpath \
		-mod=vendor -ldflags '$(KIOSK_LDFLAGS)' \
		-o $(@D)/bin/kiosk-init $(KIOSK_GOMOD)/cmd/kiosk-init
endef
KIOSK_POST_BUILD_HOOKS += KIOSK_BUILD_INIT

KIOSK_SYSTEM = $(BR2_EXTERNAL_KIOSK_PATH)/system

define KIOSK_INSTALL_TARGET_CMDS
	$(foreach p,$(notdir $(KIOSK_BUILD_TARGETS)), \
		$(INSTALL) -D -m 0755 $(@D)/bin/$(p) $(TARGET_DIR)/usr/bin/$(p)
	)
	$(INSTALL) -D -m 0644 $(KIOSK_SYSTEM)/kiosk.toml $(TARGET_DIR)/usr/share/kiosk/kiosk.toml
	$(INSTALL) -D -m 0644 $(KIOSK_SYSTEM)/xorg.conf $(TARGET_DIR)/usr/lib/kiosk/xorg.conf
	$(INSTALL) -D -m 0755 $(KIOSK_SYSTEM)/cookie $(TARGET_DIR)/usr/lib/kiosk/cookie
	$(INSTALL) -D -m 0644 $(KIOSK_SYSTEM)/kiosk.udev $(TARGET_DIR)/usr/lib/udev/rules.d/60-kiosk.rules
	$(INSTALL) -D -m 0644 $(KIOSK_SYSTEM)/kiosk.sysusers $(TARGET_DIR)/usr/lib/sysusers.d/kiosk.conf
	$(INSTALL) -D -m 0644 $(KIOSK_SYSTEM)/kiosk.tmpfiles $(TARGET_DIR)/usr/lib/tmpfiles.d/kiosk.conf
endef

define KIOSK_INSTALL_INIT_SYSTEMD
	$(INSTALL) -D -m 0644 $(KIOSK_SYSTEM)/kiosk.service $(TARGET_DIR)/usr/lib/systemd/system/kiosk.service
	$(INSTALL) -D -m 0644 $(KIOSK_SYSTEM)/kiosk-display.service $(TARGET_DIR)/usr/lib/systemd/system/kiosk-display.service
	$(if $(BR2_PACKAGE_KIOSK_TEXT),cp -a $(BR2_EXTERNAL_KIOSK_PATH)/vm/text/. $(TARGET_DIR)/)
endef

$(eval $(golang-package))
