// Package platforms lists the platforms that winnow knows. It exists so that
// registering one is one line in one list: nothing registers itself, and nothing
// else names a platform.
package platforms

import (
	"slices"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/activecampaign"
	"github.com/winnow-gate/winnow/plugin/platform/bloomreach"
	"github.com/winnow-gate/winnow/plugin/platform/braze"
	"github.com/winnow-gate/winnow/plugin/platform/brevo"
	"github.com/winnow-gate/winnow/plugin/platform/cloudevents"
	"github.com/winnow-gate/winnow/plugin/platform/customerio"
	"github.com/winnow-gate/winnow/plugin/platform/events"
	"github.com/winnow-gate/winnow/plugin/platform/generic"
	"github.com/winnow-gate/winnow/plugin/platform/ghost"
	"github.com/winnow-gate/winnow/plugin/platform/hubspot"
	"github.com/winnow-gate/winnow/plugin/platform/iterable"
	"github.com/winnow-gate/winnow/plugin/platform/klaviyo"
	"github.com/winnow-gate/winnow/plugin/platform/listmonk"
	"github.com/winnow-gate/winnow/plugin/platform/mailchimp"
	"github.com/winnow-gate/winnow/plugin/platform/mailgunevents"
	"github.com/winnow-gate/winnow/plugin/platform/mandrill"
	"github.com/winnow-gate/winnow/plugin/platform/mautic"
	"github.com/winnow-gate/winnow/plugin/platform/postmark"
	"github.com/winnow-gate/winnow/plugin/platform/salesmanago"
	"github.com/winnow-gate/winnow/plugin/platform/segment"
	"github.com/winnow-gate/winnow/plugin/platform/sendgrid"
	"github.com/winnow-gate/winnow/plugin/platform/sfmc"
	"github.com/winnow-gate/winnow/plugin/platform/shopify"
)

// All are the platforms, in the order in which they are listed to people.
func All() []platform.Platform {
	return []platform.Platform{
		generic.Platform(),
		cloudevents.Platform(),
		bloomreach.Platform(),
		braze.Platform(),
		customerio.Platform(),
		listmonk.Platform(nil),
		ghost.Platform(ghost.Options{}),
		salesmanago.Platform(),
		mautic.Platform(),
		mailchimp.Platform(),
		klaviyo.Platform(),
		brevo.Platform(),
		activecampaign.Platform(),
		hubspot.Platform(),
		iterable.Platform(),
		sfmc.Platform(),
		sfmc.Inline(),
		events.Platform(),
		shopify.Platform(),
		sendgrid.Platform(),
		mailgunevents.Platform(),
		postmark.Platform(),
		mandrill.Platform(),
		segment.Platform(),
		klaviyo.Events(),
		customerio.Events(),
	}
}

// Find finds a platform by name.
func Find(name string) (platform.Platform, bool) {
	all := All()
	i := slices.IndexFunc(all, func(p platform.Platform) bool { return p.Name == name })
	if i < 0 {
		return platform.Platform{}, false
	}
	return all[i], true
}

// Names lists the names of all platforms.
func Names() []string {
	var out []string
	for _, p := range All() {
		out = append(out, p.Name)
	}
	return out
}
